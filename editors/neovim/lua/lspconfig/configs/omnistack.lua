-- The server's configuration in the format of nvim-lspconfig, for Neovim 0.10:
-- `require("lspconfig").omnistack.setup({})`. `require("omnistack").setup()` does so by itself.
return require("omnistack.server").lspconfig()

-- The server's configuration as `vim.lsp.config` of Neovim 0.11 looks for it.
return require("omnistack.server").client_config()

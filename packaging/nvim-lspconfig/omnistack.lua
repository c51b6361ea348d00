---@brief
---
--- https://github.com/omnistack/omnistack
---
--- OmniStack finds likely bugs and slow code in eight languages, beside the language's own server.
--- Install `omnistack-lsp` so that it is on the search path, for example by Mason or
--- `pip install omnistack-lsp`. What it reports says an `omnistack.toml`, or the settings:
---
--- ```lua
--- vim.lsp.config('omnistack', {
---   settings = { omnistack = { profile = 'strict' } },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'omnistack-lsp' },
  filetypes = {
    'c',
    'cpp',
    'go',
    'java',
    'javascript',
    'javascriptreact',
    'python',
    'rust',
    'typescript',
    'typescriptreact',
  },
  root_markers = { 'omnistack.toml', '.git' },
}

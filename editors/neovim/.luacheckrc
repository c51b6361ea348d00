std = "luajit"
read_globals = { "vim" }
max_line_length = 100
-- Fields of `vim` that are there to be set.
globals = { "vim.g", "vim.o", "vim.bo", "vim.wo", "vim.opt", "vim.env", "vim.notify", "vim.ui" }

" A session in a real Vim with ALE, by the configuration of docs/editors/vim.md: diagnostics, hover,
" a quick fix. Run by `cargo xtask editors others`; the environment names that configuration
" (CONFIGURATION), the file to edit (FILE), where ALE is (ALE) and where the report goes (REPORT).

set nocompatible nomore noswapfile hidden
filetype plugin on
let s:report = []

function! s:Finish(code) abort
  call writefile(s:report, $REPORT)
  execute 'cquit' a:code
endfunction

function! s:Expect(what, holds) abort
  call add(s:report, (a:holds ? 'ok: ' : 'Not so: ') . a:what)
  if !a:holds
    call s:Finish(1)
  endif
endfunction

" Serves events until the condition holds.
function! s:Await(what, Condition) abort
  let l:start = reltime()
  while !a:Condition()
    if reltimefloat(reltime(l:start)) > 30
      call s:Expect(a:what, 0)
    endif
    sleep 20m
  endwhile
  call s:Expect(a:what, 1)
endfunction

function! s:Findings(rule) abort
  let l:found = get(get(g:ale_buffer_info, bufnr(''), {}), 'loclist', [])
  return filter(copy(l:found), {_, it -> get(it, 'code', '') is# a:rule})
endfunction

function! s:HoverText() abort
  for l:window in range(1, winnr('$'))
    if getwinvar(l:window, '&previewwindow')
      return join(getbufline(winbufnr(l:window), 1, '$'), "\n")
    endif
  endfor
  return ''
endfunction

let s:offers = []
function! Offered(data, items) abort
  let s:offers = [a:data, a:items]
endfunction

function! s:Session() abort
  execute 'edit' fnameescape($FILE)
  call s:Await('a diagnostic is shown', {-> !empty(s:Findings('bug/mutable-default-argument'))})
  let l:finding = s:Findings('bug/mutable-default-argument')[0]
  call s:Expect('at its place', [l:finding.lnum, l:finding.col] == [1, 25])
  call s:Await('a prediction follows', {-> !empty(s:Findings('predict/variable-misuse'))})
  call cursor(l:finding.lnum, l:finding.col)
  ALEHover
  call s:Await('the hover explains the rule',
  \ {-> stridx(s:HoverText(), 'bug/mutable-default-argument') >= 0})
  pclose
  call cursor(l:finding.lnum, l:finding.col)
  call ale#codefix#Execute(0, function('Offered'))
  call s:Await('code actions are offered', {-> !empty(s:offers)})
  let l:fix = s:offers[1][0][1]
  call s:Expect('the first is a quick fix', l:fix.kind is# 'quickfix')
  call ale#codefix#ApplyLSPCodeAction(s:offers[0], l:fix)
  call s:Await('the quick fix is applied', {-> getline(1) =~# 'seen=None'})
  call ale#Queue(0)
  call s:Await('the diagnostic vanishes', {-> empty(s:Findings('bug/mutable-default-argument'))})
  ALEStopAllLSPs
  call s:Finish(0)
endfunction

execute 'set runtimepath^=' . fnameescape($ALE)
let g:ale_linters_explicit = 0
let g:ale_linters = {'python': ['omnistack']}
let g:ale_hover_to_preview = 1
runtime plugin/ale.vim
source $CONFIGURATION
try
  call s:Session()
catch
  call add(s:report, v:throwpoint . ': ' . v:exception)
  call s:Finish(1)
endtry

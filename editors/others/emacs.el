;;; A session in a real Emacs, by the configuration of docs/editors/emacs.md: diagnostics, hover, a
;;; quick fix, a clean end.  Run by `cargo xtask editors others`; the environment names that
;;; configuration (CONFIGURATION) and the file to edit (FILE).  -*- lexical-binding: t -*-

(package-initialize)
(load (getenv "CONFIGURATION") nil t t)
(setq eglot-sync-connect 20
      eglot-autoreconnect nil
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil)

(defun await (what condition)
  "Serves events until CONDITION holds, and gives what it gave; WHAT it is waited for."
  (let ((end (+ (float-time) 30)) found)
    (while (not (setq found (funcall condition)))
      (when (> (float-time) end) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    found))

(defun expect (what holds)
  "Fails unless HOLDS; WHAT it is."
  (if holds (princ (format "ok: %s\n" what)) (error "Not so: %s" what)))

(defun findings (rule)
  "The diagnostics of RULE."
  (seq-filter (lambda (it) (string-match-p (regexp-quote rule) (flymake-diagnostic-text it)))
              (flymake-diagnostics)))

(defun ask (method &rest parameters)
  "What the server answers to METHOD with PARAMETERS beside the document and the position."
  (jsonrpc-request (eglot-current-server) method
                   (append (eglot--TextDocumentPositionParams) parameters)))

(find-file (getenv "FILE"))
;; What Emacs does after a command, and not in batch.
(run-hooks 'post-command-hook)
(let ((server (await "the server" #'eglot-current-server)))
  (expect "the server is attached" (eglot-managed-p))
  ;; So that diagnostics are shown at once, as when somebody looks.
  (flymake-mode 1)
  (let ((finding (car (await "a diagnostic" (lambda () (flymake-start) (findings "shared by all calls"))))))
    (expect "a diagnostic is shown" finding)
    (expect "at its line" (= 1 (line-number-at-pos (flymake-diagnostic-beg finding))))
    (goto-char (flymake-diagnostic-beg finding)))
  (await "a prediction" (lambda () (flymake-start) (findings "looks wrong here")))
  (expect "a prediction follows" t)
  (let ((hover (ask :textDocument/hover)))
    (expect "the hover explains the rule"
            (string-match-p "bug/mutable-default-argument" (format "%s" hover))))
  (let* ((all (eglot-code-actions (point) (point) "quickfix"))
         (fix (await "a code action" (lambda () (elt all 0)))))
    (expect "a quick fix is offered" fix)
    (if (fboundp 'eglot-execute)
        (eglot-execute server fix)
      (eglot--apply-workspace-edit (plist-get (jsonrpc-request server :codeAction/resolve fix) :edit))))
  (await "the fix" (lambda ()
                     (save-excursion (goto-char (point-min)) (search-forward "seen=None" nil t))))
  (expect "the quick fix is applied" t)
  (run-hooks 'post-command-hook)
  (eglot--signal-textDocument/didChange)
  (await "the diagnostic to vanish"
         (lambda () (flymake-start) (null (findings "shared by all calls"))))
  (expect "the diagnostic vanishes" t)
  (eglot-shutdown server)
  (expect "the server stops" (not (jsonrpc-running-p server))))

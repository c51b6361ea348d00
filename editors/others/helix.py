"""A session in a real Helix, by the configuration of docs/editors/helix.md: diagnostics, hover, a
quick fix. Helix has no way to be driven but its keys, so it runs in a terminal that is emulated.

Run by `cargo xtask editors others`. The environment names the file to edit (FILE); the arguments are
Helix's command.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

import pyte

ROWS, COLUMNS = 40, 140
PATIENCE = 30.0


class Session:
    """Helix, and what its terminal shows."""

    def __init__(self, command):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execvp(command[0], command)
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def keys(self, text):
        os.write(self.terminal, text.encode())

    def shown(self):
        return "\n".join(self.screen.display)

    def serve(self, seconds):
        """Takes in what Helix writes; whether it still runs."""
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.stream.feed(data)
        return bool(data)

    def await_text(self, what, holds):
        end = time.monotonic() + PATIENCE
        while not holds(self.shown()):
            if time.monotonic() > end or not self.serve(0.05):
                sys.exit(f"waited in vain for {what}; the screen:\n{self.shown()}")
        print(f"ok: {what}")

    def end(self):
        self.keys(":quit!\r")
        end = time.monotonic() + PATIENCE
        while self.serve(0.05):
            if time.monotonic() > end:
                sys.exit("Helix does not end")
        _, status = os.waitpid(self.process, 0)
        if status != 0:
            sys.exit(f"Helix ended with {status}")
        print("ok: Helix ends")


def flat(text):
    """The text without its line breaks and borders: messages are wrapped."""
    return " ".join(text.replace("│", " ").split())


def main():
    session = Session([*sys.argv[1:], os.environ["FILE"] + ":1:25"])
    session.await_text("the file", lambda shown: "def remember" in shown)
    # The message stands in the corner while the cursor is on its place.
    session.await_text(
        "a diagnostic is shown", lambda shown: "is shared by all calls" in flat(shown)
    )
    session.keys(" k")
    session.await_text(
        "the hover explains the rule",
        lambda shown: "Confidence" in flat(shown),
    )
    # By itself, since what follows an escape at once belongs to it.
    session.keys("\x1b")
    session.await_text("the hover closes", lambda shown: "Confidence" not in flat(shown))
    session.keys(" a")
    session.await_text("code actions are offered", lambda shown: "Suppress" in flat(shown))
    # The first one is chosen already.
    session.keys("\r")
    session.await_text("the quick fix is applied", lambda shown: "seen=None" in shown)
    session.await_text(
        "the diagnostic vanishes",
        lambda shown: "is shared by all calls" not in flat(shown),
    )
    # The fix has brought two lines.
    session.keys("15Gfs")
    session.await_text(
        "a prediction is shown", lambda shown: "looks wrong here" in flat(shown)
    )
    session.end()


main()

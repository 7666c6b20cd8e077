"""Runs a program on a pseudo terminal: pseudo_terminal.py COLUMNS ROWS PROGRAM ARGUMENT...

What the program writes goes to the standard output. Each line of the standard input is a command: `size COLUMNS ROWS`
resizes the terminal, `type TEXT` types a text in JSON notation.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def obey(terminal, line):
    command, _, rest = line.partition(" ")
    if command == "size":
        resize(terminal, *map(int, rest.split()))
    else:
        os.write(terminal, json.loads(rest).encode())


def main():
    columns, rows = int(sys.argv[1]), int(sys.argv[2])
    child, terminal = pty.fork()
    if child == 0:
        # The size is there before the program looks.
        resize(0, columns, rows)
        os.execvp(sys.argv[3], sys.argv[3:])
    watched = [terminal, 0]
    commands = b""
    while True:
        ready, _, _ = select.select(watched, [], [])
        if 0 in ready:
            data = os.read(0, 65536)
            if not data:
                watched.remove(0)
            *lines, commands = (commands + data).split(b"\n")
            for line in lines:
                obey(terminal, line.decode())
        if terminal in ready:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                # Nobody has it open any more.
                break
            if not data:
                break
            os.write(1, data)
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status) & 255)


main()

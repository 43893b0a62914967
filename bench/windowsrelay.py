"""A bare Windows program: what comes from a socket becomes a line, and a line goes to the socket.

It is what Wine, a socket there and the pipes cost of their own: `python -m bench.windowsrelay PORT`.
"""

import socket
import sys
import threading


def main() -> None:
    connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def tell() -> None:
        while connection.recv(4096):
            sys.stdout.write("told\n")
            sys.stdout.flush()

    reader = threading.Thread(target=tell)
    reader.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        connection.sendall(line.encode())
    connection.shutdown(socket.SHUT_RDWR)
    reader.join()


if __name__ == "__main__":
    main()

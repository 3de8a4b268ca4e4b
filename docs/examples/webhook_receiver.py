"""Receives what Monty posts: proves who sent it, takes each delivery once, and answers at once.

pip install standardwebhooks
WEBHOOK_SECRET=whsec_… python webhook_receiver.py 9000
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
# In your program: a column that the database keeps unique, written in one transaction with what you do.
taken: set[str] = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        # The bytes as they came: JSON that is read and written again has another signature.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            told = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.answer(401)
            return
        delivery = self.headers["webhook-id"]
        if delivery not in taken:
            taken.add(delivery)
            print(told["type"], told["data"].get("conversation"), flush=True)
        # Within ten seconds; work that takes longer belongs into a queue of yours.
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()

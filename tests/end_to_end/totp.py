"""What an app does that shows codes by time: RFC 6238 from its text, with Python's own HMAC."""

import base64
import hashlib
import hmac
import struct
import time

STEP = 30


def code_of(secret, step):
    """The six digits of one step; `secret` as the desk tells it, in base32."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


class App:
    """Shows codes and never one twice. A step that begins meanwhile does no harm: what is ahead by
    one becomes the present, and the present is one behind."""

    def __init__(self, secret):
        self.secret = secret
        self.last = 0

    def code(self):
        """A code that is good now, of a later step than the one before; waits if there is none."""
        while True:
            now = int(time.time()) // STEP
            step = max(now, self.last + 1)
            if step <= now + 1:
                self.last = step
                return code_of(self.secret, step)
            time.sleep((step - 1) * STEP - time.time() + 0.05)

    def shown(self):
        """The code that was given out last."""
        return code_of(self.secret, self.last)

    def wrong(self):
        """Six digits that are of no step near this one."""
        now = int(time.time()) // STEP
        near = {code_of(self.secret, now + off) for off in range(-4, 5)}
        return next(code for code in ("000000", "123456", "654321", "111111", "222222", "333333",
                                      "444444", "555555", "666666", "777777")
                    if code not in near)


def set_up(client, password):
    """Gives somebody who is signed in a second factor: the app, and the recovery codes."""
    app = App(client.call("account.totp_begin", password=password)["secret"])
    reply = client.do("account.totp_confirm", code=app.code())
    return app, [one["code"] for one in reply["codes"]]

"""A headless Chromium for checks of pages: the DevTools protocol over a pipe, and nothing else.

The protocol is https://chromedevtools.github.io/devtools-protocol/; over a pipe, each message ends
with a zero byte. Every wait has a deadline, and the browser ends with the `with` block.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

# What Chromium does by itself and a check has no use for.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-default-browser-check",
    "--no-first-run",
]
TIMEOUT_SECONDS = 60


def find_chromium():
    """The path of a Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One page of one browser; `events` has all events since the last `open`."""

    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(prefix="lab-chromium-", ignore_cleanup_errors=True)
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()
        # The browser reads from its descriptor 3 and writes to 4; a shell puts ours there, since
        # they may be each other's.
        command = [program, "--headless", "--remote-debugging-pipe", *QUIET]
        command += [f"--user-data-dir={self.profile.name}", "about:blank"]
        if os.getuid() == 0:
            command.insert(1, "--no-sandbox")
        script = f'exec 8<&{to_read} 9>&{to_write}; exec 3<&8 4>&9 8<&- 9>&-; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", script, "bash", *command],
            pass_fds=[to_read, to_write],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(to_write)
        self.unread = b""
        self.calls = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log", "DOM", "Accessibility"]:
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait(TIMEOUT_SECONDS)
        os.close(self.to_browser)
        os.close(self.from_browser)
        self.profile.cleanup()

    def call(self, method, **params):
        """The result of a method; what happens meanwhile is kept in `events`."""
        self.calls += 1
        message = {"id": self.calls, "method": method, "params": params}
        if self.session and not method.startswith("Target."):
            message["sessionId"] = self.session
        unsent = json.dumps(message).encode() + b"\0"
        while unsent:
            unsent = unsent[os.write(self.to_browser, unsent):]
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while True:
            answer = self._next(deadline, method)
            if answer.get("id") != message["id"]:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            else:
                return answer["result"]

    def _next(self, deadline, purpose):
        while b"\0" not in self.unread:
            timeout = deadline - time.monotonic()
            if timeout <= 0 or not select.select([self.from_browser], [], [], timeout)[0]:
                raise TimeoutError(f"the browser is silent: {purpose}")
            received = os.read(self.from_browser, 1 << 20)
            if not received:
                raise RuntimeError(f"the browser has ended: {purpose}")
            self.unread += received
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def wait_for(self, event):
        """Returns once this event has come since the last `open`."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not any(known.get("method") == event for known in self.events):
            self.events.append(self._next(deadline, event))

    def open(self, url):
        """Opens a page, and returns once it has loaded."""
        self.events = []
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")

    def parameters_of(self, method):
        """The parameters of all such events since the last `open`."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def evaluate(self, expression):
        """The value of an expression of JavaScript."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def settle(self):
        """Returns once what has changed is drawn: a pointer meets what is on the screen."""
        frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.call("Runtime.evaluate", expression=frames, awaitPromise=True)

    def press(self, key):
        """Presses a key and releases it; Tab moves the focus as it does for a person."""
        codes = {"Tab": 9, "End": 35, "Home": 36}
        codes |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for kind in ["rawKeyDown", "keyUp"]:
            code = codes[key]
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def look(self, width=1100, height=900, scheme="light", media="", scale=1):
        """Sets the size of the window, the colours that its reader prefers, and screen or print."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def screenshot(self, path, clip=None):
        """Writes a PNG of the whole page, or of a rectangle of it."""
        arguments = {"format": "png", "captureBeyondViewport": True}
        if clip is None:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"]}
        picture = self.call("Page.captureScreenshot", clip=clip | {"scale": 1}, **arguments)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

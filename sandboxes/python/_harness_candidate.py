"""The candidate's side: load its module, answer calls. Holds no test and no expected value."""

import atexit
import linecache
import os
import sys
import types

from _harness_late import late
from _harness_wire import CandidateEnded, Peer

FILENAME = "solution.py"


def register_source(name, source):
    """Let tracebacks and ``inspect`` show lines of code that is in no file."""
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)


def describe_failure():
    """The traceback below the driver's own frames."""
    kind, error, trace = sys.exc_info()
    while trace is not None and trace.tb_frame.f_code.co_filename != FILENAME:
        trace = trace.tb_next
    try:
        return "".join(late("traceback").format_exception(kind, error, trace, limit=20))[-8000:]
    except BaseException:  # noqa: BLE001 - hostile __str__ or __repr__
        return f"{kind.__name__}\n"


def load(source, name="solution"):
    """Execute the response as a module; returns (module, error or None)."""
    module = types.ModuleType(name)
    module.__file__ = FILENAME
    sys.modules[name] = module
    register_source(FILENAME, source)
    try:
        code = compile(source, FILENAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        text = "".join(late("traceback").format_exception_only(type(error), error))
        return module, {"stage": "build", "text": text, "type": type(error).__name__}
    try:
        exec(code, module.__dict__)
    except BaseException as error:  # noqa: BLE001 - SystemExit at import is a failure too
        text = describe_failure()
        return module, {"stage": "load", "text": text, "type": type(error).__name__}
    return module, None


def flush():
    """Make printed text visible to the agent before a reply."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001 - the response may have replaced or closed it
            continue


def serve(payload):
    """Answer requests on descriptors 3 and 4 until the asker hangs up."""
    peer = Peer(3, 4, guarded=False)
    module, error = load(payload["source"])
    flush()

    def extra(operation, message):
        if operation == "load":
            names = [name for name in vars(module) if not name.startswith("__")]
            return {"value": {"error": error, "names": names}}
        if operation == "get":
            return {"value": peer.encode(vars(module)[message["name"]])}
        if operation == "named":
            return named_call(peer, module, error, message)
        return None

    peer.serve_op = extra
    while True:
        message = peer.receive()
        if message is None:
            os._exit(0)
        try:
            answer = peer.serve(message)
        except CandidateEnded:
            os._exit(0)
        flush()
        peer.send(answer)


def named_call(peer, module, error, message):
    """Call a function by name (``call`` tasks), with the traceback if it raises."""
    if error is not None:
        return {"load_error": error}
    target = vars(module).get(message["name"])
    if target is None:
        text = f"the response defines no {message['name']}"
        return {"load_error": {"stage": "name", "text": text, "type": "NameError"}}
    args = [peer.decode(arg) for arg in message["args"]]
    kwargs = {key: peer.decode(value) for key, value in message["kwargs"].items()}
    try:
        value = target(*args, **kwargs)
        if isinstance(value, types.CoroutineType):
            import asyncio

            value = asyncio.run(value)
        elif isinstance(value, (types.GeneratorType, map, filter, zip)):
            value = list(value)
        return {"value": peer.encode(value)}
    except CandidateEnded:
        raise
    except BaseException as raised:  # noqa: BLE001
        return {"error": {**peer.describe(raised), "traceback": describe_failure()}}


def program(payload):
    """Run the response as ``__main__`` (``stdio`` tasks) with the interpreter's own endings."""
    module = types.ModuleType("__main__")
    module.__file__ = os.path.join(os.getcwd(), FILENAME)
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = module
    sys.argv = [FILENAME, *payload.get("argv", [])]
    status = run_main(module, payload["source"])
    try:
        # Imported by the zygote it would cost every fork; whoever has threads has imported it.
        threading = sys.modules.get("threading")
        if threading is not None:
            threading._shutdown()
        atexit._run_exitfuncs()
    except BaseException:  # noqa: BLE001
        status = status or 1
    flush()
    os._exit(status)


def run_main(module, source):
    """Exit status of the program, its traceback printed as the interpreter would."""
    register_source(FILENAME, source)
    try:
        exec(compile(source, FILENAME, "exec", dont_inherit=True), module.__dict__)
    except SystemExit as leaving:
        code = leaving.code
        if code is None or isinstance(code, int):
            return (code or 0) & 0xFF
        sys.stderr.write(f"{code}\n")
        return 1
    except SyntaxError as error:
        sys.stderr.write("".join(late("traceback").format_exception_only(type(error), error)))
        return 1
    except BaseException:  # noqa: BLE001
        sys.stderr.write(describe_failure())
        return 1
    return 0

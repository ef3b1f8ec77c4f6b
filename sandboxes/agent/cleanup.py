"""Leave no trace of a job: its processes, files and shared memory, checked afterwards.

The agent has no capability over other users' files. A child that has become the job's uid
kills that uid's processes in one system call and removes what the uid may remove; the agent
then looks, and reports whatever is left. Anything left condemns the slot.
"""

import os
import signal
import stat
import time

import cgroup

PLACES = ("/work", "/tmp", "/dev/shm", "/dev/mqueue")
REMOVE_SECONDS = 3.0


def make_room(path):
    """Let the owner enter a folder whatever its mode."""
    try:
        os.chmod(path, 0o700)
    except OSError:
        pass


def remove_tree(path, deadline):
    """Remove a tree of any depth with a constant number of descriptors.

    Sub-folders are renamed up to ``path`` itself, so no path grows beyond two components.
    """
    counter = 0
    make_room(path)
    pending = [path]
    while pending:
        if time.monotonic() > deadline:
            return
        folder = pending[-1]
        make_room(folder)
        subfolders = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        subfolders.append(entry.path)
                    else:
                        os.unlink(entry.path)
        except OSError:
            return
        if not subfolders:
            os.rmdir(folder)
            pending.pop()
            continue
        for sub in subfolders:
            if folder == path:
                pending.append(sub)
                continue
            make_room(sub)
            counter += 1
            lifted = f"{path}/.lifted-{counter}"
            os.rename(sub, lifted)
            pending.insert(1, lifted)


def remove_own(uid):
    """Remove everything in the writable places that belongs to ``uid``."""
    deadline = time.monotonic() + REMOVE_SECONDS
    for place in PLACES:
        try:
            names = os.listdir(place)
        except OSError:
            continue
        for name in names:
            path = f"{place}/{name}"
            try:
                info = os.lstat(path)
                if info.st_uid != uid:
                    continue
                if stat.S_ISDIR(info.st_mode):
                    remove_tree(path, deadline)
                else:
                    os.unlink(path)
            except OSError:
                continue


def as_uid(uid, action):
    """Run ``action`` in a short-lived child of that uid and wait for it."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            action()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def kill_uid(uid):
    """Kill every process of ``uid`` at once; a fork bomb cannot outrun one system call."""

    def kill():
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass

    as_uid(uid, kill)


def reap_orphans():
    """Collect processes that were handed to PID 1, zygotes excepted (they never end)."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def leftovers(expected_processes, residents=frozenset()):
    """Names of what is still there: ``[]`` when the slot is as it was.

    residents: uids of services, whose files and processes belong to the slot.
    """
    left = [f"{place}/{name}" for place in PLACES for name in _list(place)]
    if residents:
        left = [path for path in left if _owner(path) not in residents]
        owners = [_owner(f"/proc/{name}") for name in os.listdir("/proc") if name.isdigit()]
        count = sum(uid is not None and uid not in residents for uid in owners)
    else:
        count = cgroup.processes.value()
        if count is None:
            count = sum(name.isdigit() for name in os.listdir("/proc"))
    if count > expected_processes:
        left.append(f"{count - expected_processes} processes")
    return left


def _owner(path):
    """uid of a file, or the effective uid of a process; None when it is gone."""
    try:
        return os.lstat(path).st_uid
    except OSError:
        return None


def _list(place):
    try:
        return os.listdir(place)
    except OSError:
        return []


def clean(uids, expected_processes, residents=frozenset()):
    """Clean up after a job; returns what could not be removed.

    The common job leaves one empty folder and no process: the agent owns the sticky parent,
    so it may remove that folder itself and needs no child.
    """
    reap_orphans()
    for uid in uids:
        try:
            os.rmdir(f"/work/{uid}")
        except OSError:
            pass
    if not leftovers(expected_processes, residents):
        return []
    for attempt in range(40):
        for uid in uids:
            kill_uid(uid)
            as_uid(uid, lambda uid=uid: remove_own(uid))
        reap_orphans()
        left = leftovers(expected_processes, residents)
        if not left:
            return []
        time.sleep(0.005 * (attempt + 1))
        if attempt >= 8 and any(item.startswith("/") for item in left):
            return left
    return left

"""Our own seccomp profile: an allow-list, tighter than the engine's default.

Left out on purpose: io_uring, keyrings, ptrace and process_vm_*, namespaces and mounts, bpf,
perf, userfaultfd, POSIX message queues, and SysV IPC; PostgreSQL gets SysV shared memory, without
which it does not start (it guards its data folder with a segment), but no semaphores or queues.
Sockets may be unix or internet ones (the container has no network); clone may not make
namespaces, and clone3, whose flags a filter cannot see, says ENOSYS so that libc falls back.
membarrier costs .NET 10 ms a start (it waits for every CPU of the host) and has a fallback.
"""

from __future__ import annotations

import json
from functools import cache

CLONE_NAMESPACE_FLAGS = 0x7E020000
ENOSYS = 38
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10

FILES = """
access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat
faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync
fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat
getcwd getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1
inotify_rm_watch ioctl lchown lgetxattr link linkat listxattr llistxattr lremovexattr lseek
lsetxattr lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 pread64 preadv
preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename
renameat renameat2 rmdir sendfile setxattr splice stat statfs statx symlink symlinkat sync
sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice write
writev memfd_create
"""
MEMORY = """
brk madvise mincore mlock mlock2 mlockall mmap mprotect mremap msync munlock
munlockall munmap pkey_alloc pkey_free pkey_mprotect map_shadow_stack get_mempolicy
"""
PROCESSES = """
arch_prctl capget capset execve execveat exit exit_group fork futex futex_waitv
get_robust_list get_thread_area getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid
getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid kill
pidfd_open pidfd_send_signal prctl prlimit64 restart_syscall rseq rt_sigaction rt_sigpending
rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
sched_setscheduler sched_yield set_robust_list set_thread_area set_tid_address setfsgid
setfsuid setgid setgroups setpgid setpriority setregid setresgid setresuid setreuid setrlimit
setsid setuid sigaltstack signalfd signalfd4 tgkill tkill uname sysinfo times vfork wait4
waitid getrandom
"""
TIME = """
alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep pause
setitimer time timer_create timer_delete timer_getoverrun timer_gettime timer_settime
timerfd_create timerfd_gettime timerfd_settime
"""
EVENTS = """
accept accept4 bind connect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait
epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 getpeername getsockname getsockopt
listen pipe pipe2 poll ppoll pselect6 recvfrom recvmmsg recvmsg select sendmmsg sendmsg sendto
setsockopt shutdown socketpair
"""
SYSV = "shmget shmat shmctl shmdt"


def _argument(index: int, value: int, op: str, value_two: int = 0) -> dict[str, object]:
    return {"index": index, "value": value, "valueTwo": value_two, "op": op}


def _allow(names: list[str], args: list[dict[str, object]] | None = None) -> dict[str, object]:
    return {"names": names, "action": "SCMP_ACT_ALLOW", "args": args or []}


@cache
def profile(*, sysv_ipc: bool = False) -> str:
    """The profile as JSON text for the engine's ``seccomp=`` option."""
    names = " ".join((FILES, MEMORY, PROCESSES, TIME, EVENTS, SYSV if sysv_ipc else "")).split()
    rules = [_allow(sorted(names))]
    rules += [_allow(["socket"], [_argument(0, f, "SCMP_CMP_EQ")]) for f in _families()]
    rules.append(_allow(["clone"], [_argument(0, CLONE_NAMESPACE_FLAGS, "SCMP_CMP_MASKED_EQ", 0)]))
    # personality: only the standard values that programs ask for and that change nothing.
    rules += [_allow(["personality"], [_argument(0, v, "SCMP_CMP_EQ")]) for v in (0, 0xFFFFFFFF)]
    rules.append({"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS, "args": []})
    return json.dumps(
        {
            "defaultAction": "SCMP_ACT_ERRNO",
            "archMap": [
                {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
                {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []},
            ],
            "syscalls": rules,
        }
    )


def _families() -> tuple[int, ...]:
    return (AF_UNIX, AF_INET, AF_INET6)

"""Where jobs are spread: threads of this machine."""

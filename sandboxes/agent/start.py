"""Starts the agent. Python compiles the file it is started with every time; a module, once."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import agent

agent.main()

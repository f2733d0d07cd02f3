"""Runs the command of AZUREML_AKS on a terminal, and answers each question with the next of the arguments."""
import os
import pty
import sys

answers = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    command = os.environ["AZUREML_AKS"].split()
    os.execvp(command[0], command)
seen = ""
while True:
    try:
        text = os.read(terminal, 4096).decode()
    except OSError:
        break
    if not text:
        break
    sys.stdout.write(text)
    seen += text
    if "]: " in seen and answers:
        seen = ""
        os.write(terminal, f"{answers.pop(0)}\n".encode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

"""The command line: `guidelang new | check | run | explain | test | fmt | facts | graph | network | schema`.

One file a command, and thin: each reads its options, calls the engine and prints. `main` keeps what all share: exit
codes (0 fine, 1 problems in the input, 2 usage), broken pipes, interrupts. Results go to standard output, everything
else to standard error.
"""

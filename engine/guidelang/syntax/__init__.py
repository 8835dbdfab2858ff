"""The syntax stage: from text to tree, and back.

A file is read without looking up any name: the tree says what stands there, form by form, with the place of each. What
is not in the language is reported in the reader's words, all of it in one run, and the statements that can be read are
handed on. The printer is the parser's inverse: it writes the one canonical text of a tree and keeps every comment.

The grammar, the reserved words and the words of the messages are data in the folder ``grammar/``.
"""

from guidelang.syntax import tree
from guidelang.syntax.parse import parse, parse_expression, parse_parameter_value
from guidelang.syntax.print_expression import print_expression, print_parameter_value, print_phrase, quote
from guidelang.syntax.print_file import format_source, print_file
from guidelang.syntax.print_invariant import invariant_words

__all__ = [
    "format_source",
    "invariant_words",
    "parse",
    "parse_expression",
    "parse_parameter_value",
    "print_expression",
    "print_file",
    "print_parameter_value",
    "print_phrase",
    "quote",
    "tree",
]

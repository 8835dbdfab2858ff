"""The same rules, written for other engines, so that all of them can be run on the same patients in one run.

Every peer takes the facts of a patient as a mapping from the name of a fact to a number, a truth or a word, in the
fact's own unit; what is not known is left out. It gives the truth of each rule, true, false or unknown, in the order
of the rules' names. Peers without a third value carry two columns for each condition, known true and known false.

Nobody writes two hundred rules by hand six times, so a peer's program is written out from the rules' network: one
statement for each condition, as its users would write it.
"""

"""The whole story on the bundled responses: what ``harness demo`` tells, stage by stage.

Theory of operation. The responses that come with the tasks are dealt to three made-up models
(``cast``) and run like any others. Their results become a review project (``project``) in a home of
the demo's own. Two scripted reviewers sit down at the real desk in a real browser (``reviewers``),
drive it by keyboard (``trainer``) and say what a rule tells them to (``opinions``). From there on
nothing is the demo's: agreement, ranking and exports are those of every project.
"""

"""A quorum-final network simulated in one process, on which the features run with no Docker.

``ACCORD_FAKE_BLOCK_TIME=0.02 behave features/ -D engine=tests.fake.engine
-D implementation=tests.fake.implementation -D block_time=0.05``
"""

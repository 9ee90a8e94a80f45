@resilience @needs.slow_disks
Feature: Living with nodes whose disks are slow
  A disk that is about to fail, a backup at noon, a noisy neighbour: nothing is
  lost, but whatever has to be kept for sure takes its time. Customers of other
  nodes must not wait for it.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A slow disk holds up its own node, and nobody else

    Example: Alice pays through another node
      Given the disk of node 4 takes 500 ms longer to keep anything
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2 and 3 show that Bob holds 30 coins

    @slow
    Example: Alice pays through the slow node
      Given the disk of node 4 takes 100 ms longer to keep anything
      When Alice pays Bob 30 coins through node 4
      Then every node shows that Bob holds 30 coins

  Rule: Where every disk is slow the network is slower, and nothing else changes

    @slow @needs.own_rhythm
    Example: Every block waits for the disks
      Given the disks of nodes 1, 2, 3 and 4 take 100 ms longer to keep anything
      When nobody pays anybody
      Then every block takes at least 500 ms longer than before
      And every node tells the same history

  Rule: A node whose disk is as fast as before is as good as before

    Example: It learns what it missed
      Given the disk of node 4 takes 500 ms longer to keep anything
      And Alice has paid Bob 30 coins through node 1
      When the disk of node 4 is as fast as before
      Then every node tells the same history
      And every node shows that Bob holds 30 coins

    @slow
    Example: It was restarted meanwhile, and its disk was still slow
      Given the disk of node 4 takes 100 ms longer to keep anything
      And node 4 was shut down
      And node 4 has started again
      When the disk of node 4 is as fast as before
      Then every node tells the same history

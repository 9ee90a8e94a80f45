@resilience @needs.disk_limits @needs.growing_disks
Feature: Living with a node whose disk is full
  Disks fill up, with blocks, with backups, with what somebody forgot there. A
  node that cannot write must step aside and harm nobody, and must be as good
  as before when its operator has made room.

  Background:
    Given a network of 4 nodes with small disks
    And Alice holds 100 coins
    And the disk of node 4 is full

  Rule: One full disk harms nobody else

    @slow
    Example: Alice pays through another node
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2 and 3 show that Bob holds 30 coins
      And nodes 1, 2 and 3 show that Alice holds 70 coins

  @needs.answers_when_full
  Rule: A node that cannot write tells nothing that is wrong

    Example: It has missed a payment
      When Alice pays Bob 30 coins through node 1
      Then node 4 still shows that Alice holds 100 coins
      And no two nodes tell different histories

  Rule: A node that has room again is as good as before

    Example: It learns what it missed
      Given Alice has paid Bob 30 coins through node 1
      When node 4 is restarted with room on its disk
      Then every node tells the same history
      And every node shows that Bob holds 30 coins

    @slow @needs.answers_when_full
    Example: A payment was made through it meanwhile
      Given Alice has tried to pay Bob 30 coins through node 4
      When node 4 is restarted with room on its disk
      Then the payment happens once or never

  @needs.quorum_finality
  Rule: With more full disks than it can spare, the network waits for them

    @slow
    Example: The nodes with room make no block
      Given the disk of node 3 is full
      When nobody pays anybody
      Then nodes 1 and 2 make no block while the disks of the others are full

    @slow
    Example: All goes on when there is room again
      Given the disk of node 3 is full
      When nodes 3 and 4 are restarted with room on their disks
      Then every node tells the same history
      And every node shows that Alice holds 100 coins

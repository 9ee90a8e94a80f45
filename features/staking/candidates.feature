@staking @needs.stakes @private_network
Feature: Joining those who agree, and leaving them
  Operators come and go. One who stakes enough is heard from the next blocks on,
  one who leaves is asked no more, and customers notice neither.

  Rule: Whoever stakes votes has a say

    Example: Node 5 makes blocks
      Given a network of 5 nodes with 100000, 100000, 100000, 100000 and 0 votes
      When the operator of node 5 stakes 100000 votes
      Then every node counts node 5 with 100000 votes
      And node 5 makes blocks from then on

    Example: Node 5 had no say before
      Given a network of 5 nodes with 100000, 100000, 100000, 100000 and 0 votes
      When 30 further blocks are made
      Then node 5 has made none of them
      And every node counts node 5 with 0 votes

    @needs.node_faults
    Example: Node 5 is needed when two others are away
      Given a network of 5 nodes with 100000, 100000, 100000, 100000 and 0 votes
      And the operator of node 5 has staked 200000 votes
      And node 4 has crashed
      When 30 further blocks are made
      Then node 5 has made some of them

  Rule: Whoever takes the votes back has no say any more

    Example: Node 4 leaves
      Given a network of 5 nodes with 100000, 100000, 100000, 100000 and 100000 votes
      When the operator of node 4 takes all votes back
      Then every node counts node 4 with 0 votes
      And node 4 makes no block from then on

    Example: Node 4 comes back
      Given a network of 5 nodes with 100000, 100000, 100000, 100000 and 100000 votes
      And the operator of node 4 has taken all votes back
      When the operator of node 4 stakes 50000 votes
      Then every node counts node 4 with 50000 votes
      And node 4 makes blocks from then on

    Example: Node 4 still knows what happens
      Given a network of 5 nodes with 100000, 100000, 100000, 100000 and 100000 votes
      And the operator of node 4 has taken all votes back
      And Alice holds 100 coins
      When Alice pays Bob 30 coins through node 4
      Then every node shows that Bob holds 30 coins

  Rule: All who agree can be exchanged while customers pay

    @slow
    Example: Three nodes follow three others
      Given a network of 6 nodes with 100000, 100000, 100000, 0, 0 and 0 votes
      And payments keep flowing at 5 a second
      When the operators of nodes 4, 5 and 6 stake 100000 votes each
      And the operators of nodes 1, 2 and 3 take all votes back
      Then only nodes 4, 5 and 6 make blocks from then on
      And payments go on being confirmed
      And each of these payments happens once or never

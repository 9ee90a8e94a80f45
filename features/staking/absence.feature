@staking @needs.stakes @needs.node_faults @private_network
Feature: A node that is away too long
  Whoever has a say has to be there. An operator whose machine is down wants to know
  what it costs and how to come back; whoever delegated votes to it, what they lose;
  everybody else, that somebody takes its turns.

  Background:
    Given a network of 4 nodes with 20000, 20000, 20000 and 20000 votes, with strict attendance
    And Alice has 6000 votes to delegate
    And Alice has delegated 5000 votes to node 4

  Rule: Who is away too long has no say for a while, and the others go on

    Example: Node 4 is down
      When node 4 goes down for long
      Then nodes 1, 2 and 3 show that node 4 is jailed
      And nodes 1, 2 and 3 count node 4 with 0 votes
      And nodes 1, 2 and 3 make all blocks from then on, and wait for nobody

  Rule: It costs a hundredth of what is staked on the node, to the coin

    Example: Alice and the operator lose the same share
      When node 4 goes down for long
      Then nodes 1, 2 and 3 show that node 4 is jailed
      And nodes 1, 2 and 3 show that 24750 votes are staked on node 4
      And nodes 1, 2 and 3 show that Alice has delegated 4950 votes to node 4

    Example: What is staked on others is not touched
      When node 4 goes down for long
      Then nodes 1, 2 and 3 show that node 4 is jailed
      And nodes 1, 2 and 3 show that 20000 votes are staked on node 3

  Rule: It stays away from duty until its operator returns it

    Example: Its time in jail is over
      Given node 4 has been jailed and has started again
      When the operator of node 4 returns it to duty
      Then every node counts node 4 with 24750 votes
      And node 4 makes blocks from then on

    Example: Nobody returns it to duty
      Given node 4 has been jailed and has started again
      When 40 further blocks are made
      Then node 4 has made none of them
      And every node counts node 4 with 0 votes

    Example: Alice takes her votes away from it meanwhile
      Given node 4 has been jailed and has started again
      And Alice has moved 4950 votes from node 4 to node 3
      When the operator of node 4 returns it to duty
      Then every node counts node 4 with 19800 votes
      And every node counts node 3 with 24950 votes

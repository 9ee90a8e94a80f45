@consensus @needs.stakes
Feature: Taking turns
  Nodes make blocks in turn, and earn by it. Whoever runs one wants as many turns
  as their votes are worth, and customers want blocks that keep coming when somebody
  misses a turn.

  Rule: Nodes make blocks in proportion to their votes

    Example: All have as many votes
      Given a network of 4 nodes
      When 60 further blocks are made
      Then each node has made its share of them, give or take turns that were lost

    Example: Some have more votes than others
      Given a network of 4 nodes with 400000, 300000, 200000 and 100000 votes
      When 100 further blocks are made
      Then each node has made its share of them, give or take turns that were lost

    @slow
    Example: One has nearly a third of all votes
      Given a network of 4 nodes with 300000, 300000, 300000 and 100000 votes
      When 200 further blocks are made
      Then each node has made its share of them, give or take turns that were lost

  @needs.node_faults
  Rule: A node that is away misses its turns, and the others fill in

    Example: Node 4 has crashed
      Given a network of 4 nodes
      And node 4 has crashed
      When 20 further blocks are made
      Then node 4 has made none of them
      And nodes 1, 2 and 3 have made all of them

    Example: Node 4 is frozen
      Given a network of 4 nodes
      And node 4 is frozen
      When 20 further blocks are made
      Then node 4 has made none of them
      And nodes 1, 2 and 3 have made all of them

    Example: Node 4 has come back
      Given a network of 4 nodes
      And node 4 has crashed
      And node 4 has started again
      When 20 further blocks are made
      Then node 4 has made some of them

  @needs.link_faults
  Rule: A node that nobody hears makes no block

    Example: Node 4 is cut off
      Given a network of 4 nodes
      And node 4 is cut off from the others
      When 20 further blocks are made
      Then node 4 has made none of them
      And nodes 1, 2 and 3 have made all of them

    Example: Node 4 is heard again
      Given a network of 4 nodes
      And node 4 is cut off from the others
      And the partition has healed
      When 20 further blocks are made
      Then node 4 has made some of them

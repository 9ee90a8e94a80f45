@upgrade @needs.upgrade @private_network @needs.node_faults
Feature: Upgrades out of step
  Not every operator is there when the others upgrade, and some are too eager. Whoever has the wrong
  release at the wrong time must not lead anybody astray, and must be able to make up for it.

  Background:
    Given a network of 4 nodes that decides quickly and on the previous release
    And the network has decided to upgrade

  Rule: A node that is left behind stops, and holds up nobody

    @slow
    Example: Node 4 keeps the previous release
      Given all but node 4 were upgraded at the agreed block
      Then nodes 1, 2 and 3 make 20 further blocks
      And node 4 goes no further than the agreed block
      And no two nodes that answer tell different histories

    @slow
    Example: Node 4 is upgraded later than the others
      Given all but node 4 were upgraded at the agreed block
      And nodes 1, 2 and 3 have made 20 further blocks
      When node 4 is upgraded
      Then every node runs the new release
      And every node tells the same history

    @slow
    Example: Node 4 was down at the agreed block, and comes back with the previous release
      Given node 4 was shut down
      And all but node 4 were upgraded at the agreed block
      When node 4 comes back with the previous release
      Then nodes 1, 2 and 3 make 20 further blocks
      And node 4 goes no further than the agreed block
      And no two nodes that answer tell different histories

  Rule: A node that is upgraded too early does no harm, and can make up for it

    @slow
    Example: Node 4 does not wait for the others
      Given node 4 was upgraded too early
      When the agreed block comes for nodes 1, 2 and 3
      Then node 4 goes no further than the agreed block
      And no two nodes that answer tell different histories

    @slow
    Example: Node 4 gets the previous release back in time
      Given node 4 was upgraded too early
      When node 4 gets the previous release back
      And every node is upgraded at the agreed block
      Then every node runs the new release
      And every node tells the same history

    @slow
    Example: Node 4 gets the previous release back when the others have changed
      Given node 4 was upgraded too early
      And all but node 4 were upgraded at the agreed block
      When node 4 gets the previous release back
      And node 4 is upgraded at the agreed block
      Then every node runs the new release
      And every node tells the same history

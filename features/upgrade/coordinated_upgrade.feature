@upgrade @needs.upgrade @private_network @needs.node_faults
Feature: A coordinated upgrade
  A network changes its rules with its software, so all of its nodes have to change at the same
  block. Operators agree on the block beforehand, and upgrade when it comes. Customers may have to
  wait for a moment; they must not lose anything.

  Background:
    Given a network of 4 nodes that decides quickly and on the previous release

  Rule: Whoever upgrades at the agreed block loses nothing

    @slow
    Example: Payments flow all the while
      Given payments keep flowing at 5 a second
      And the network has decided to upgrade
      When every node is upgraded at the agreed block
      Then every node runs the new release
      And payments go on being confirmed
      And each of these payments happens once or never

    @slow
    Example: Alice had coins before
      Given Alice holds 100 coins
      And the network has decided to upgrade
      When every node is upgraded at the agreed block
      Then every node tells the same history
      And every node shows that Alice holds 100 coins

  Rule: Nobody goes further than the agreed block with the previous release

    @slow
    Example: No node is upgraded
      Given the network has decided to upgrade
      When the agreed block comes
      Then every node runs the release that it began with
      And no node goes further than the agreed block

    @slow
    Example: Too few nodes are upgraded to agree on anything
      Given the network has decided to upgrade
      When all but nodes 3 and 4 are upgraded at the agreed block
      Then no node goes further than the agreed block
      When nodes 3 and 4 are upgraded
      Then every node tells the same history

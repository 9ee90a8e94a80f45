@upgrade @needs.upgrade @private_network @needs.node_faults
Feature: A rolling restart
  Not every change of software changes the rules. What the others need not know of, an operator
  does to one node after the other, while customers go on paying.

  Rule: Nodes can be put on another build of their release one by one

    @slow
    Example: Every node is put on the same release again
      Given a network of 4 nodes
      And payments keep flowing at 5 a second
      When every node is restarted with the release that it has, one after the other
      Then every node runs the release that it began with
      And payments go on being confirmed
      And each of these payments happens once or never

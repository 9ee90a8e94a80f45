@membership @needs.node_faults
Feature: Exchanging members while customers pay
  Machines are replaced all the time, and nobody closes a network for that. Whoever
  takes a member out and puts a fresh one in its place must find a network that
  has gone on meanwhile, and customers must not have noticed.

  @private_network
  Rule: A member can be replaced while payments flow

    @slow
    Example: Node 2 is lost and replaced
      Given a network of 4 nodes
      And payments keep flowing at 10 a second
      And node 2 has crashed
      When a fresh node takes the place of node 2
      Then payments go on being confirmed
      And each of these payments happens once or never
      And every node reaches every other

    @slow
    Example: One member after the other is replaced
      Given a network of 4 nodes
      And payments keep flowing at 10 a second
      When fresh nodes take the places of nodes 1, 2 and 3, one after the other
      Then payments go on being confirmed
      And each of these payments happens once or never
      And every node tells the same history

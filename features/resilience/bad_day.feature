@resilience @needs.quorum_finality @needs.link_faults @needs.link_quality @needs.node_faults
Feature: A bad day
  Faults do not come one at a time and in the order of a manual. Here they come at random:
  links that break, slow down or lose things, nodes that crash, freeze or hear nobody.
  The seed of a run decides which; the same seed brings the same faults in the same order.

  Rule: However many faults there were, the network is one when they are over

    @slow
    Example: One fault after the other while customers go on paying
      Given a network of 4 nodes
      And payments keep flowing at 5 a second
      When 12 faults at random befall the network, one after the other
      Then payments go on being confirmed
      And each of these payments happens once or never
      And every node tells the same history

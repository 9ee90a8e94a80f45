@resilience @needs.link_faults @needs.node_faults
Feature: Payments under fire
  Customers do not wait for the network to be well: they go on paying while links and nodes fail.
  Whatever happens, each of their payments happens once or never, and they can learn which.

  Background:
    Given a network of 4 nodes
    And payments keep flowing at 10 a second

  Rule: One node in trouble holds up nobody but those who ask it

    @slow
    Example: One node is cut off
      Given node 4 is cut off from the others
      Then payments go on being confirmed
      When the partition heals
      Then payments go on being confirmed
      And each of these payments happens once or never

    @slow
    Example: One node crashes
      Given node 4 has crashed
      Then payments go on being confirmed
      When node 4 starts again
      Then payments go on being confirmed
      And each of these payments happens once or never

    @slow
    Example: One node freezes
      Given node 4 is frozen
      Then payments go on being confirmed
      When node 4 wakes up
      Then payments go on being confirmed
      And each of these payments happens once or never

  Rule: Payments wait for a network that has to wait

    @slow @needs.link_quality
    Example: Every link is slow
      Given every link takes 100 ms
      Then payments go on being confirmed
      When all links are sound again
      Then payments go on being confirmed
      And each of these payments happens once or never

    @slow @needs.quorum_finality
    Example: No side is large enough to go on
      Given nodes 1 and 2 are cut off from the others
      Then no node makes a block while the partition lasts
      When the partition heals
      Then payments go on being confirmed
      And each of these payments happens once or never

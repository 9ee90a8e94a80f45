@endurance @needs.quorum_finality
Feature: A long life
  What a network promises holds for one payment, and has to hold after hundreds of them,
  with stakes that come and go and machines that fail in between. What people do here is
  left to chance. The seed of a run decides; the same seed has them do the same again.

  Rule: Whatever people do for hundreds of blocks, every node knows all of it

    @slow
    Example: Customers pay, deposit and withdraw
      Given a network of 4 nodes
      When customers do as they like until 150 more blocks are made
      Then everything that they did is in the books of every node
      And every node tells the same history

    @slow @needs.stakes
    Example: Votes are delegated, moved and taken back as well
      Given a network of 4 nodes
      When customers and delegators do as they like until 150 more blocks are made
      Then everything that they did is in the books of every node
      And every node tells the same history

  Rule: It does not matter whose node is away meanwhile, as long as it is one at a time

    @slow @needs.node_faults @needs.link_faults
    Example: Nodes crash, freeze, are shut down and are cut off
      Given a network of 5 nodes
      When customers and operators do as they like until 150 more blocks are made
      Then everything that they did is in the books of every node
      And every node tells the same history

@gossip @needs.gossip @needs.shared_waiting_room @needs.open_blocks
Feature: News of payments
  A customer talks to one node, and any node may make the next block. So a node that
  takes a payment in must tell the others at once: what one of them knows, all should
  know, or customers wait for the turn of the one node that they happened to ask.

  Rule: A payment that is given to one node is known to every node within two blocks

    Example: Alice gives it to the first node
      Given a network of 4 nodes that makes one block a second
      And Alice holds 100 coins
      When Alice hands a payment of 30 coins to Bob in at node 1
      Then every node knows of the payment before 2 more blocks are made

    Example: Bob gives his to the last node
      Given a network of 4 nodes that makes one block a second
      And Bob holds 100 coins
      When Bob hands a payment of 30 coins to Alice in at node 4
      Then every node knows of the payment before 2 more blocks are made

  @needs.two_thirds_quorum @needs.node_faults
  Rule: News of a payment need no block to travel with

    Example: The nodes that are left are too few to make a block
      Given a network of 4 nodes
      And Alice holds 100 coins
      And nodes 3 and 4 have crashed
      When Alice hands a payment of 30 coins to Bob in at node 1
      Then nodes 1 and 2 know of the payment, and no block has it

    @needs.chosen_links
    Example: It goes from hand to hand
      Given a network of 5 nodes in a line
      And Alice holds 100 coins
      And nodes 4 and 5 have crashed
      When Alice hands a payment of 30 coins to Bob in at node 1
      Then nodes 1, 2 and 3 know of the payment, and no block has it

  @needs.numbered_payments
  Rule: At least 95 % of the payments that some node knows are known to all

    Example: Every node is given 20 payments at the same moment
      Given a network of 4 nodes that makes one block a second
      And 4 customers are ready to make 20 payments each
      When they hand all of them in at once
      Then at least 95 % of the payments that some node knows are known to all before 2 more blocks are made

    @needs.two_thirds_quorum @needs.node_faults
    Example: No block takes them along
      Given a network of 4 nodes
      And 4 customers are ready to make 25 payments each
      And nodes 3 and 4 have crashed
      When they hand all of them in at once
      Then nodes 1 and 2 share at least 95 % of these payments, and no block has any

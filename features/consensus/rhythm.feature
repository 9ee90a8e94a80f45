@consensus @needs.own_rhythm @needs.dated_blocks
Feature: The rhythm of blocks
  A customer waits for the next block, however long that takes. That a block usually
  comes soon is of no use to whoever waits for the slowest one of a hundred.

  # Not beside other work: a machine that stumbles itself would be taken for the network.
  Rule: No block takes longer than ten usual ones

    @slow
    Example: Nobody pays anybody
      Given a network of 4 nodes
      When nobody pays anybody
      Then none of the next 30 blocks takes longer than 10 usual ones

    @slow @needs.numbered_payments
    Example: There is a burst of payments to put into them
      Given a network of 4 nodes
      And 4 customers are ready to make 50 payments each
      When they hand all of them in at once
      Then none of the next 30 blocks takes longer than 10 usual ones

    @slow
    Example: Payments keep flowing for a hundred blocks
      Given a network of 4 nodes
      And payments keep flowing at 10 a second
      Then none of the next 100 blocks takes longer than 10 usual ones

    @slow @needs.node_faults
    Example: A node that is away misses its turns
      Given a network of 4 nodes
      And payments keep flowing at 10 a second
      And node 4 has crashed
      Then none of the next 100 blocks takes longer than 10 usual ones

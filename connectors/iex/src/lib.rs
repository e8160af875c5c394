//! NICE IEX WFM: the agents of a business unit, one way.

//! A simulated IEX WFM: real HTTP, state in memory, faults on command.

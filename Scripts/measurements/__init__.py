"""The measurements that device profiles are calibrated with: a module for each public source."""

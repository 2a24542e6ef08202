"""Logs what a model costs on a device to Weights & Biases: python wandb_logging.py MODEL DEVICE"""

import sys

import iotco2_graph
import wandb

model, device = sys.argv[1:]
report = iotco2_graph.analyze(model, device=device)
config = {"device": report.device, "iotco2_graph": report.tool_version}
with wandb.init(project="iotco2-graph", config=config) as run:
    # Latency, energy and carbon, each with the ends of its interval; work and memory.
    run.log({**report.metrics(), "layers": wandb.Table(dataframe=report.frame())})

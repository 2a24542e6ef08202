"""Logs what a model costs on a device to MLflow: python mlflow_logging.py MODEL DEVICE"""

import sys

import iotco2_graph
import mlflow

model, device = sys.argv[1:]
report = iotco2_graph.analyze(model, device=device)
with mlflow.start_run():
    mlflow.log_params({"device": report.device, "iotco2_graph": report.tool_version})
    # Latency, energy and carbon, each with the ends of its interval; work and memory.
    mlflow.log_metrics(report.metrics())
    mlflow.log_text(report.frame().to_csv(index=False), "layers.csv")

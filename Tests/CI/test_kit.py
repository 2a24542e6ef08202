"""The parts of the CI kit against the schemas of those who read them, and the action as it runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BINARY = (ROOT / os.environ.get("IOTCO2_GRAPH", ".build-release/release/iotco2-graph")).resolve()
TOOLS = Path(sys.executable).parent
POLICY = ROOT / "Fixtures/policies/keyword_spotter.yaml"


def validate(schema: str, path: Path) -> None:
    """Checks a file against a schema that check-jsonschema carries, of SchemaStore."""
    command = [TOOLS / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_github_action_is_one():
    validate("github-actions", ROOT / "action.yml")


def test_the_gitlab_template_is_one():
    validate("gitlab-ci", ROOT / "CI/gitlab.yml")


def test_the_workflows_of_the_docs_are_workflows(tmp_path):
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/ci.md").read_text(), re.S)
    kinds = {"jobs": "github-workflows", "include": "gitlab-ci"}
    seen = set()
    for block in blocks:
        content = yaml.safe_load(block)
        for key, schema in kinds.items():
            if key in content:
                path = tmp_path / "block.yml"
                path.write_text(block)
                validate(schema, path)
                seen.add(key)
    assert seen == set(kinds)


def test_the_hooks_of_the_docs_are_hooks(tmp_path):
    blocks = re.findall(r"```yaml\n(repos:.*?)```", (ROOT / "docs/ci.md").read_text(), re.S)
    assert len(blocks) == 2
    for block in blocks:
        path = tmp_path / ".pre-commit-config.yaml"
        path.write_text(block)
        assert subprocess.run([TOOLS / "pre-commit", "validate-config", path]).returncode == 0


def test_the_hook_is_one():
    command = [TOOLS / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"]
    assert subprocess.run(command).returncode == 0


def test_the_image_copies_what_is_there():
    """Without an engine an image cannot be built here; what it copies and runs can be looked up."""
    text = (ROOT / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text().split()
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.M):
        for source in line.split():
            assert source == "." or (ROOT / source).exists(), source
            assert not any(source.startswith(folder) for folder in ignored), source
    # The static build is what is copied from one stage to the next.
    makefile = (ROOT / "Makefile").read_text()
    assert "/.build-static/release/iotco2-graph" in text and ".build-static" in makefile


def test_the_action_passes_every_input_on():
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    passed = {}
    for step in action["runs"]["steps"]:
        script = step["run"].strip('"').replace("$GITHUB_ACTION_PATH", str(ROOT))
        assert os.access(script, os.X_OK), script
        passed |= step["env"]
    assert passed == {
        f"INPUT_{name.upper()}": f"${{{{ inputs.{name} }}}}" for name in action["inputs"]
    }


def test_the_action_installs_a_wheel(tmp_path):
    wheel = tmp_path / "iotco2_graph-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("iotco2_graph.py", "def main(): print('iotco2-graph 0')\n")
        information = "iotco2_graph-0.dist-info"
        archive.writestr(
            f"{information}/METADATA", "Metadata-Version: 2.1\nName: iotco2-graph\nVersion: 0\n"
        )
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        scripts = "[console_scripts]\niotco2-graph = iotco2_graph:main\n"
        archive.writestr(f"{information}/entry_points.txt", scripts)
        archive.writestr(f"{information}/RECORD", "")

    def install(given: Path | str) -> subprocess.CompletedProcess[str]:
        environment = {"INPUT_WHEEL": str(given), "RUNNER_TEMP": str(tmp_path)}
        environment |= {"GITHUB_PATH": str(tmp_path / "path"), "PATH": os.environ["PATH"]}
        command = [ROOT / "CI/install.sh"]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    assert install("").returncode == 2
    assert install(tmp_path / "gone.whl").returncode != 0
    done = install(wheel)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "iotco2-graph 0\n"
    (folder,) = (tmp_path / "path").read_text().split()
    assert (Path(folder) / "iotco2-graph").exists()


@pytest.fixture()
def project(tmp_path) -> Path:
    """A project with two models, one of them in a folder whose name has a space."""
    (tmp_path / "exports/int 8").mkdir(parents=True)
    shutil.copy(ROOT / "Fixtures/tflite/ds_cnn_int8.tflite", tmp_path / "exports/int 8/a b.tflite")
    shutil.copy(ROOT / "Fixtures/tflite/autoencoder_int8.tflite", tmp_path / "exports")
    (tmp_path / "policy.yaml").write_text("rules: [{metric: macs, max: 3 M}]")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/iotco2-graph").symlink_to(BINARY)
    return tmp_path


def act(project: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{project}/bin:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(project / "summary.md"),
        "GITHUB_OUTPUT": str(project / "output"),
        **{f"INPUT_{key.upper()}": value for key, value in inputs.items()},
    }
    return subprocess.run(
        [ROOT / "CI/action.sh"], cwd=project, env=environment, capture_output=True, text=True
    )


def test_the_action_passes(project):
    done = act(project, models="exports/**/*.tflite\n", policy="policy.yaml", junit="out.xml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("::notice::") and "0 of 2 checks failed" in done.stdout
    assert "a b.tflite" in (project / "summary.md").read_text()
    assert (project / "output").read_text() == "passed=true\n"
    assert len(ElementTree.parse(project / "out.xml").findall(".//testcase")) == 2


def test_the_action_fails_with_the_policy(project):
    inputs = {"models": "exports/int 8/a b.tflite\nexports/*.tflite", "policy": "policy.yaml"}
    (project / "policy.yaml").write_text("rules: [{metric: macs, max: 1 M}]")
    done = act(project, **inputs, sarif="out.sarif", arguments="--device\nstm32l4r5\n")
    assert done.returncode == 1
    assert "::error file=exports/int 8/a b.tflite,title=" in done.stdout
    assert "❌" in (project / "summary.md").read_text()
    assert (project / "output").read_text() == "passed=false\n"
    results = json.loads((project / "out.sarif").read_text())["runs"][0]["results"]
    assert any(result["level"] == "error" for result in results)


def test_the_action_says_what_is_wrong(project):
    done = act(project, models="exports/*.onnx", policy="policy.yaml")
    assert done.returncode == 2 and "no model matches 'exports/*.onnx'" in done.stdout
    assert act(project, policy="policy.yaml").returncode == 2
    done = act(project, models="exports/*.tflite", policy="gone.yaml")
    assert done.returncode == 2 and "gone.yaml" in done.stderr
    # What a workflow passes on is never a command.
    hostile = "exports/$(touch hacked).tflite"
    assert act(project, models=hostile, policy="policy.yaml").returncode == 2
    assert not (project / "hacked").exists()


def test_the_template_runs(project):
    """The script of GitLab's template, in a shell as its runner has one."""
    job = yaml.safe_load((ROOT / "CI/gitlab.yml").read_text())[".iotco2-graph"]
    script = "set -eo pipefail\n" + "\n".join(job["script"])
    # Its patterns are words, so a path with a space cannot be among them.
    shutil.move(project / "exports/int 8/a b.tflite", project / "exports/a.tflite")
    environment = {
        "PATH": f"{project}/bin:{os.environ['PATH']}",
        **job["variables"],
        "MODELS": "exports/a*.tflite",
        "POLICY": "policy.yaml",
    }
    for limit, status in [("3 M", 0), ("1 M", 1)]:
        (project / "policy.yaml").write_text(f"rules: [{{metric: macs, max: {limit}}}]")
        done = subprocess.run(
            ["bash", "-c", script], cwd=project, env=environment, capture_output=True, text=True
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert ElementTree.parse(project / "iotco2-graph.xml").getroot().get("tests") == "2"

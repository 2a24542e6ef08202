/// The formats that reports are written in.
///
/// Not every report has every format.
public enum ReportFormat: String, CaseIterable, Sendable {
  /// For a terminal; fits its width.
  case text
  /// One JSON value, indented; `iotco2-graph schema report` prints the schema of an analysis.
  case json
  /// JSON of one line for each model.
  case ndjson
  /// A table with all digits, its title row first (RFC 4180).
  case csv
  /// GitHub's Markdown.
  case markdown
  /// One page that loads nothing.
  case html
  /// A picture.
  case svg
  /// Chrome's Trace Event Format, which Perfetto shows.
  case trace
  /// Graphviz's language.
  case dot
  /// Node data of Model Explorer: the cost of each layer in one metric.
  case modelExplorer = "model-explorer"
  /// JUnit's XML, which build servers read.
  case junit
  /// SARIF 2.1.0, which code scanning reads.
  case sarif
  /// Workflow commands of GitHub Actions, which annotate files.
  case github
  /// Software Carbon Intensity, ISO/IEC 21031:2024.
  case sci
  /// CycloneDX 1.7, a bill of materials with the model's energy and carbon.
  case cyclonedx
  /// SPDX 3.0.1, with the energy fields of its AI profile.
  case spdx
  /// PACT 3, a product carbon footprint that companies exchange.
  case pact
  /// The Green Software Foundation's Impact Framework.
  case impactFramework = "impact-framework"
  /// The block of a Hugging Face model card.
  case huggingface

  /// The forms that every report has.
  package static let common: [ReportFormat] = [.text, .json, .csv, .markdown]
}

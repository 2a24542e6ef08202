/// The forms that reports are written in.
public enum ReportFormat: String, CaseIterable, Sendable {
  /// For a terminal; fits its width.
  case text
  case json
  /// JSON of one line for each model.
  case ndjson
  case csv, markdown
  /// One page that loads nothing.
  case html
  /// A picture.
  case svg
  /// Chrome's Trace Event Format, which Perfetto shows.
  case trace
  /// Graphviz's language.
  case dot
  /// Forms that build servers read.
  case junit, sarif, github
  /// Software Carbon Intensity, ISO/IEC 21031:2024.
  case sci
  /// CycloneDX 1.6, SPDX 3.0.1, PACT 3.
  case cyclonedx, spdx, pact
  /// The Green Software Foundation's Impact Framework.
  case impactFramework = "impact-framework"
  /// The block of a Hugging Face model card.
  case huggingface

  /// The forms that every report has.
  package static let common: [ReportFormat] = [.text, .json, .csv, .markdown]
}

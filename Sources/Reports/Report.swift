package import Quantities

/// The result of a command: one value, which is written in the requested format.
///
/// The value is what JSON holds. Text, CSV and Markdown are required of every report, so that none is
/// missing by accident.
package protocol Report: Encodable {
  /// The forms that it has, the usual one first.
  static var formats: [ReportFormat] { get }
  /// For people, in a width.
  func text(in layout: TextLayout) -> String
  /// A table with all digits, its title row first (RFC 4180).
  var csv: String { get }
  /// For a comment or a page; tables as GitHub writes them.
  var markdown: String { get }
  /// The report in a form of its own: another one than these, or one of JSON that is not the value alone.
  /// - Returns: Nil when the report has no such form.
  /// - Throws: `Problem` when it has the form, but lacks what the form needs.
  func document(as format: ReportFormat) throws(Problem) -> String?
  /// Hands the report on in a form, in pieces where it can be long.
  /// - Throws: `Problem` when it has no such form, or lacks what the form needs; what the sink throws.
  func write(as format: ReportFormat, in layout: TextLayout, to sink: @escaping ByteSink) throws
}

extension Report {
  package static var formats: [ReportFormat] { ReportFormat.common }

  package func document(as format: ReportFormat) throws(Problem) -> String? { nil }

  package func write(
    as format: ReportFormat, in layout: TextLayout, to sink: @escaping ByteSink
  ) throws {
    if let document = try document(as: format) {
      try document.write(to: sink)
    } else if format == .json {
      try JSON.write(self, isPretty: true, to: sink)
    } else {
      try written(as: format, in: layout).write(to: sink)
    }
  }

  /// The report in a form.
  /// - Throws: `Problem` when it has no such form, or lacks what the form needs.
  package func written(as format: ReportFormat, in layout: TextLayout) throws(Problem) -> String {
    if let document = try document(as: format) { return document }
    switch format {
    case .text: return text(in: layout)
    case .csv: return csv
    case .markdown: return markdown
    case .json: return try JSON.document(self)
    case .ndjson: return try JSON.line(self)
    default: throw Problem("there is no such report as '\(format.rawValue)'")
    }
  }
}

import Quantities
import Assessment
import Policies

/// Forms of a check's report for people.
extension CheckReport {
  package func text(in layout: TextLayout) -> String {
    var lines: [String] = []
    for subject in subjects {
      // A path stays whole, so that it can be copied.
      lines += wrapped(
        printable(subject.title), width: layout.width, indent: 2, cutsWords: false
      ).map(layout.bold)
      var table = TextTable(columns: [
        .init(title: "", alignment: .left),
        .init(title: "rule", alignment: .left, flexibility: .losesEnd),
        .init(title: "value", alignment: .right), .init(title: "interval", alignment: .left),
      ])
      let verdicts = subject.summedUp
      table.rows = verdicts.map {
        [$0.outcome.title, printable($0.rule), $0.valueText, $0.intervalText]
      }
      let rows = table.lines(in: layout)
      lines.append(rows[0])
      for (verdict, row) in zip(verdicts, rows.dropFirst()) {
        lines.append(layout.coloured(row, verdict))
        guard verdict.isBroken else { continue }
        lines += wrapped(printable(verdict.message), width: layout.width, margin: 4, indent: 4)
      }
      for line in subject.warningLines {
        lines += wrapped(line, width: layout.width, margin: 2, indent: 4).map(layout.yellow)
      }
      if let assumptions = subject.carbonAssumptions {
        lines += wrapped(
          "carbon assumptions: \(assumptions)", width: layout.width, margin: 2, indent: 2)
      }
      lines.append("")
    }
    for note in notes { lines += wrapped("note: \(note)", width: layout.width, indent: 2) }
    for warning in warnings {
      lines += wrapped("warning: \(warning)", width: layout.width, indent: 2)
    }
    lines.append(printable(summary))
    return lines.joined(separator: "\n") + "\n"
  }

  /// A summary for a comment on a pull request.
  package var markdown: String {
    var lines: [Markdown] = ["### \(brokenRules == 0 ? "✅" : "❌") \(summary)", ""]
    for subject in subjects {
      lines += ["**\(subject.title)**", ""]
      lines += Markdown.table(
        ["", "rule", "value", "interval", "why"], alignments: [.left, .left, .right, .left, .left],
        subject.summedUp.map {
          [
            ($0.isBroken ? "❌ " : $0.outcome == .pass ? "✅ " : "➖ ") + $0.outcome.title,
            $0.rule,
            $0.valueText,
            $0.intervalText, $0.message,
          ]
        })
      for line in subject.warningLines { lines += ["", "⚠️ \(line)"] }
      lines.append("")
    }
    for note in notes { lines += ["Note: \(note).", ""] }
    for warning in warnings { lines += ["Warning: \(warning).", ""] }
    while lines.last?.markup.isEmpty == true { lines.removeLast() }
    lines += Markdown.assumptions(assumptions)
    return Markdown.document(lines)
  }

  /// What the carbon numbers rest on, once for each device and runtime.
  private var assumptions: [(name: String, value: String)] {
    var found: [(name: String, value: String)] = []
    for subject in subjects {
      guard let device = subject.device, let carbon = subject.carbonAssumptions else { continue }
      let item = (name: device, value: "\(subject.runtime ?? ""); \(carbon)")
      if !found.contains(where: { $0 == item }) { found.append(item) }
    }
    return found
  }
}

extension TextLayout {
  /// A broken rule is red and one that is kept green.
  fileprivate func coloured(_ row: String, _ verdict: CheckReport.VerdictPart) -> String {
    if verdict.isBroken { return red(row) }
    return verdict.outcome == .pass ? green(row) : row
  }
}

extension CheckReport.SubjectPart {
  /// Warnings of the model for people: those of one code once.
  var warningLines: [String] {
    var rest: [String: Int] = [:]
    for diagnostic in diagnostics { rest[diagnostic.code, default: 0] += 1 }
    return diagnostics.compactMap { diagnostic in
      guard let count = rest.removeValue(forKey: diagnostic.code) else { return nil }
      let others = count == 1 ? "" : " (and \(count - 1) more of '\(diagnostic.code)')"
      let place = diagnostic.layer.map { "layer '\($0)': " } ?? ""
      return printable("\(diagnostic.severity): \(place)\(diagnostic.message)\(others)")
    }
  }

  /// The verdicts, with those of a rule's layers that are kept as one: the largest of them.
  var summedUp: [CheckReport.VerdictPart] {
    let kept = Dictionary(
      grouping: verdicts.filter { $0.place != nil && $0.outcome == .pass }, by: \.ruleIndex)
    let summaries = kept.values.compactMap { layers in
      var largest = layers.max { ($0.value ?? 0) < ($1.value ?? 0) }
      largest?.rule += " (\(layers.reduce(0) { $0 + $1.count }) of them)"
      return largest
    }
    let others = verdicts.filter { $0.place == nil || $0.outcome != .pass }
    // What is not listed comes last.
    return (others + summaries).sorted {
      ($0.ruleIndex, $0.moreLayers ?? 0, $0.layer ?? "")
        < ($1.ruleIndex, $1.moreLayers ?? 0, $1.layer ?? "")
    }
  }
}

/**
 * Rows of mixed columns from what the decoder gives: of each row the means of its numbers, then the
 * probabilities that truth values are true, then those of each level of each category.
 *
 * @param {Float32Array} decoded - (n, width)
 * @param {Object[]} parts - of each column: its kind, where it starts among the decoded numbers, and how many
 *   it has
 * @returns {Float32Array} (n, columns): a number, -1 or 1, or the number of the likeliest level, from 1 on
 */
export function likeliest(decoded, n, parts) {
  const width = decoded.length / n;
  const rows = new Float32Array(n * parts.length);
  for (let i = 0; i < n; i++) {
    const row = decoded.subarray(i * width, (i + 1) * width);
    parts.forEach((part, j) => (rows[i * parts.length + j] = numberOf(row, part)));
  }
  return rows;
}

function numberOf(row, { kind, start, size }) {
  if (kind === "category") {
    const chances = row.subarray(start, start + size);
    return 1 + chances.indexOf(Math.max(...chances));
  }
  return kind === "boolean" ? (row[start] > 0.5 ? 1 : -1) : row[start];
}

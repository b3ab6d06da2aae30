/** How near the data is to a code: the distance to the k-th nearest code, all components counted. */
export class Density {
  #codes;
  #neighbours;
  #quantiles;

  /**
   * @param {Float32Array} codes - (n, k)
   * @param {number} neighbours - which nearest code
   * @param {number[]} quantiles - of that distance at the rows themselves: at 0 %, 1 %, ... 100 % of them
   */
  constructor(codes, neighbours, quantiles) {
    this.#codes = codes;
    this.#neighbours = neighbours;
    this.#quantiles = quantiles;
  }

  /** Distance, how many percent of the rows stand at a sparser place, and whether no data is near. */
  at(code) {
    const distance = this.#distance(code);
    const percent = this.#quantiles.filter((quantile) => quantile > distance).length;
    return { distance, percent: Math.min(100, percent), empty: distance > this.#quantiles[99] };
  }

  #distance(code) {
    const k = code.length;
    const nearest = new Float64Array(this.#neighbours).fill(Infinity); // squared, growing
    const last = nearest.length - 1;
    for (let start = 0; start < this.#codes.length; start += k) {
      let squared = 0;
      for (let j = 0; j < k && squared < nearest[last]; j++) {
        const step = this.#codes[start + j] - code[j];
        squared += step * step;
      }
      if (squared < nearest[last]) insert(nearest, squared);
    }
    return Math.sqrt(nearest[last]);
  }
}

/** Put a value into a sorted array, whose largest falls out. */
function insert(sorted, value) {
  let place = sorted.length - 1;
  while (place > 0 && sorted[place - 1] > value) {
    sorted[place] = sorted[place - 1];
    place--;
  }
  sorted[place] = value;
}

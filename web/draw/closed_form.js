// The exact field of a few points (diffusion/closed_form.py): each the centre of a Gaussian, x̂0 their weighted mean.
//   x̂0(x) = Σ w_i·x_i,  w = softmax_i(−|x − α·x_i|² / 2σ²),  ε̂ = (x − α·x̂0) / σ

export const MOST_POINTS = 500;

/**
 * The estimate at places x, (P, 2), as {x0, epsilon}. `data` is (N, 2), `labels` (N,); with a class wanted,
 * only its points count. Without a point, or without noise, there is no field: null.
 */
export function closedForm(data, labels, x, { alpha, sigma }, wanted = -1) {
  const kept = chosen(data, labels, wanted);
  if (!kept.length || !(sigma > 0)) return null;
  const [x0, epsilon] = [new Float64Array(x.length), new Float64Array(x.length)];
  const weights = new Float64Array(kept.length / 2);
  for (let p = 0; p < x.length; p += 2) {
    const [meanX, meanY] = mean(kept, weights, x[p], x[p + 1], alpha, sigma);
    [x0[p], x0[p + 1]] = [meanX, meanY];
    epsilon[p] = (x[p] - alpha * meanX) / sigma;
    epsilon[p + 1] = (x[p + 1] - alpha * meanY) / sigma;
  }
  return { x0, epsilon };
}

function chosen(data, labels, wanted) {
  if (wanted < 0) return data;
  const kept = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] === wanted) kept.push(data[2 * i], data[2 * i + 1]);
  return Float64Array.from(kept);
}

function mean(data, weights, x, y, alpha, sigma) {
  let largest = -Infinity;
  const scale = -0.5 / (sigma * sigma);
  for (let i = 0; i < weights.length; i++) {
    const [dx, dy] = [x - alpha * data[2 * i], y - alpha * data[2 * i + 1]];
    weights[i] = (dx * dx + dy * dy) * scale;
    if (weights[i] > largest) largest = weights[i];
  }
  let [total, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = Math.exp(weights[i] - largest);
    total += weight;
    sumX += weight * data[2 * i];
    sumY += weight * data[2 * i + 1];
  }
  return [sumX / total, sumY / total];
}

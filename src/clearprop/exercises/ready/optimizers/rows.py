"""Optimizers: momentum, RMSProp and Adam on mini-batches, samples as rows."""

import numpy as np

BATCH = 64


def mini_batches(X, Y, order, batch_size):
    batches = []
    for start in range(0, len(order), batch_size):  # hint
        rows = order[start : start + batch_size]  # hint
        batches.append((X[rows], Y[rows]))  # hint
    return batches


def momentum(W, dW, v, learning_rate, beta):
    v = beta * v + dW  # hint
    W = W - learning_rate * v  # hint
    return W, v


def rmsprop(W, dW, s, learning_rate, beta, epsilon):
    s = beta * s + (1 - beta) * dW**2  # hint
    W = W - learning_rate * dW / (np.sqrt(s) + epsilon)  # hint
    return W, s


def correct_bias(m, beta, t):
    return m / (1 - beta**t)  # hint


def adam(W, dW, m, s, t, learning_rate, beta1, beta2, epsilon):
    m = beta1 * m + (1 - beta1) * dW  # hint
    s = beta2 * s + (1 - beta2) * dW**2  # hint
    m_hat = correct_bias(m, beta1, t)
    s_hat = correct_bias(s, beta2, t)
    W = W - learning_rate * m_hat / (np.sqrt(s_hat) + epsilon)  # hint
    return W, m, s


def cosine_rate(learning_rate, end, t, steps):
    done = min(t / steps, 1)
    return end + (learning_rate - end) * (1 + np.cos(np.pi * done)) / 2  # hint


def train(X, Y, sizes, learning_rate, iterations, random):
    """Adam with the functions above, on batches of 64; an iteration is a pass over all samples."""
    before = parameters = [
        {"W": random.randn(sizes[i], sizes[i + 1]) * np.sqrt(2 / sizes[i]), "b": np.zeros(sizes[i + 1])}
        for i in range(len(sizes) - 1)
    ]
    memory = [{name: (0 * value, 0 * value) for name, value in layer.items()} for layer in parameters]
    n = X.shape[0]
    order, shuffler = np.arange(n), np.random.default_rng([0, 1])  # the orders that clearprop draws, too
    t, steps, costs = 0, iterations * -(-n // BATCH), []
    for _ in range(iterations):
        shuffler.shuffle(order)
        costs.append(cost_and_gradients(X, Y, parameters)[0])
        for x, y in mini_batches(X, Y, order.copy(), BATCH):
            gradients = cost_and_gradients(x, y, parameters)[1]
            rate = cosine_rate(learning_rate, 0, t, steps)
            t += 1
            parameters = [dict(layer) for layer in parameters]
            for i, layer in enumerate(parameters):
                for name in layer:
                    m, s = memory[i][name]
                    layer[name], m, s = adam(layer[name], gradients[i][name], m, s, t, rate, 0.9, 0.999, 1e-8)
                    memory[i][name] = m, s
    return before, costs, parameters


def outputs_of_layers(X, parameters):
    """A of each layer, X the first: ReLU in the hidden layers, softmax in the last."""
    outputs = [X]
    for layer in parameters[:-1]:
        outputs.append(np.maximum(outputs[-1] @ layer["W"] + layer["b"], 0))
    Z = outputs[-1] @ parameters[-1]["W"] + parameters[-1]["b"]
    E = np.exp(Z - Z.max(1, keepdims=True))
    return [*outputs, E / E.sum(1, keepdims=True)]


def cost_and_gradients(X, Y, parameters):
    """The cross-entropy, and its gradients by back prop."""
    outputs, n = outputs_of_layers(X, parameters), X.shape[0]
    cost = -(Y * np.log(np.maximum(outputs[-1], 1e-300))).sum() / n
    dZ, gradients = outputs[-1] - Y, []
    for i in reversed(range(len(parameters))):
        A = outputs[i]
        gradients.append({"W": A.T @ dZ / n, "b": dZ.sum(0) / n})
        dZ = (dZ @ parameters[i]["W"].T) * (A > 0)
    return cost, gradients[::-1]


def predict(X, parameters):
    """The probability of each class."""
    return outputs_of_layers(X, parameters)[-1]

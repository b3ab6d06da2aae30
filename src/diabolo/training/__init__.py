"""The training engine.

``road`` is the way a batch takes through the networks. ``program`` holds the one pure step over it and
keeps compiled programs; ``on_jax``, ``on_torch`` and ``on_tensorflow`` run the step on each backend.
``batches`` cuts epochs into chunks of steps, ``loop`` runs them, ``keras_callbacks`` and ``progress``
watch.
"""
